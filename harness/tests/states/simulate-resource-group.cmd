acslab simulate --from who-resource-group.documents.txt --principal uma -a ecs:StopInstance -r acs:ecs:cn-hangzhou:1357913579135791:instance/i-1 -c acs:CurrentTime=2026-01-01T00:00:00Z
