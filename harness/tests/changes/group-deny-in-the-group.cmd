acslab state diff group-deny-in-the-group.old.txt group-deny-in-the-group.new.txt
