acslab may AliyunPAILangStudioDefaultRole --from ../explain/bug-32.documents.txt
