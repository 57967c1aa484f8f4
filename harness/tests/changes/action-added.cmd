acslab state diff action-added.old.txt action-added.new.txt
