acslab state diff resource-gone.old.txt resource-gone.new.txt
