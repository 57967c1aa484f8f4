acslab state diff every-pattern.old.txt every-pattern.new.txt
