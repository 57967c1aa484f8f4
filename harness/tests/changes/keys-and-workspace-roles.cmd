acslab state diff keys-and-workspace-roles.old.txt keys-and-workspace-roles.new.txt
