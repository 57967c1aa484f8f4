acslab state diff acl-behind-the-block.old.txt acl-behind-the-block.new.txt
