module acslab/clients/terraform

go 1.23.0

// OpenTofu's own replacement, which counts in the main module only.
replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.0.0-20240814143621-8048794c5c52

require github.com/opentofu/opentofu v1.9.0
