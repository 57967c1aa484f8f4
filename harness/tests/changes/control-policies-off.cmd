acslab state diff control-policies-off.old.txt control-policies-off.new.txt
