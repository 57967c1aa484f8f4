acslab explain way-model-studio.txt
