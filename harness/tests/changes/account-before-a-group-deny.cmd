acslab state diff account-before-a-group-deny.old.txt account-before-a-group-deny.new.txt
