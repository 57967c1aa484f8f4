acslab state diff deny-gone.old.txt deny-gone.new.txt
