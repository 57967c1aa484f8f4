acslab state diff moved-only.old.txt moved-only.new.txt
