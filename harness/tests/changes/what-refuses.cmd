acslab state diff what-refuses.old.yaml what-refuses.new.yaml
