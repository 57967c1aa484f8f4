acslab who ecs:StopInstance --from ../explain/way-assume.documents.txt
