acslab state diff bucket-policy-grows.old.txt bucket-policy-grows.new.txt
