acslab state diff group-deny-behind-the-account.old.txt group-deny-behind-the-account.new.txt
