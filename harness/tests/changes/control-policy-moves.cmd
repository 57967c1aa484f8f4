acslab state diff control-policy-moves.old.txt control-policy-moves.new.txt
