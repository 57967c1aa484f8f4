acslab state diff acl-opens.old.txt acl-opens.new.txt
