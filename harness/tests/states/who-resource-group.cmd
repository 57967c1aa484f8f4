acslab who ecs:StopInstance acs:ecs:cn-hangzhou:1357913579135791:instance/i-1 --from who-resource-group.documents.txt
