// Package aliyun pins the aliyun CLI: ./build builds it from its public module.
package aliyun
