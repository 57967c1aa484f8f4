acslab state diff resource-moves.old.txt resource-moves.new.txt
