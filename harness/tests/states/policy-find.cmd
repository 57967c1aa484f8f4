acslab policy find pailangstudio:CreateFlow
