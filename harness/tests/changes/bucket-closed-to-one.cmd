acslab state diff bucket-closed-to-one.old.txt bucket-closed-to-one.new.txt
