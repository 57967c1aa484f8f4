acslab state diff tags-of-things.old.txt tags-of-things.new.txt
