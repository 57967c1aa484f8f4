acslab state diff bucket-opened-to-two-and-to-all.old.txt bucket-opened-to-two-and-to-all.new.txt
