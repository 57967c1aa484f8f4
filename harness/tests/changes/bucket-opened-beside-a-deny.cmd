acslab state diff bucket-opened-beside-a-deny.old.txt bucket-opened-beside-a-deny.new.txt
