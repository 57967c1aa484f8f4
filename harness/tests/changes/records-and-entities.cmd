acslab state diff records-and-entities.old.txt records-and-entities.new.txt
