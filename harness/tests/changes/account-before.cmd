acslab state diff account-before.old.txt account-before.new.txt
