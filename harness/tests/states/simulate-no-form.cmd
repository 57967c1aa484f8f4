acslab simulate --system AliyunOSSReadOnlyAccess -a cms:DescribeMetricList
