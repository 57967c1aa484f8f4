acslab state diff trust-user-to-account.old.txt trust-user-to-account.new.txt
