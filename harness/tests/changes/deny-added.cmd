acslab state diff deny-added.old.txt deny-added.new.txt
