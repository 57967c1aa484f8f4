acslab state diff group-to-account.old.txt group-to-account.new.txt
