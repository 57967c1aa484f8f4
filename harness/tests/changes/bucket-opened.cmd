acslab state diff bucket-opened.old.txt bucket-opened.new.txt
