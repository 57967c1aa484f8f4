acslab snapshots accept langstudio --snapshots ../empty
