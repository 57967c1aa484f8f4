// Package terraform pins OpenTofu: ./build builds it from its public module.
package terraform
