acslab state diff condition-added.old.txt condition-added.new.txt
