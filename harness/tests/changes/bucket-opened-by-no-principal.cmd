acslab state diff bucket-opened-by-no-principal.old.txt bucket-opened-by-no-principal.new.txt
