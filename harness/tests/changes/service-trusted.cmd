acslab state diff service-trusted.old.txt service-trusted.new.txt
