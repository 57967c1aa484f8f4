acslab state diff wider-beside-a-deny.old.txt wider-beside-a-deny.new.txt
