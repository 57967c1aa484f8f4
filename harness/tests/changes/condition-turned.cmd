acslab state diff condition-turned.old.txt condition-turned.new.txt
