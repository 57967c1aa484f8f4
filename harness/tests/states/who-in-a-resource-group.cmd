acslab who ecs:StopInstance acs:ecs:cn-hangzhou:1357913579135791:instance/i-in --from prove-resource-group.documents.txt
