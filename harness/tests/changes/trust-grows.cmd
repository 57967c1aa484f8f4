acslab state diff trust-grows.old.txt trust-grows.new.txt
