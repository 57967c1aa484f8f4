acslab state diff trust-account-to-user.old.txt trust-account-to-user.new.txt
