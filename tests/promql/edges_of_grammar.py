"""Texts at the edge of what PromQL is, over the series of `histories`: most must fail."""

GRAMMAR = r"""
load[5m]
sum(load[5m])
rate(load)
rate(load[0s])
rate(load[5])
load offset 5
load[5m] offset 1
sum_over_time(load[5m:0s])
vector("a")
"a"
1
1 + "a"
1_000
1_0.5_0
0x1F
0b11
017
.5
5.
1e3
1E-3
0x1p3
inf
Infinity
nAn
1h
1h30m + 1
load > 5m
load offset 1h5
holt_winters(load[10m], 0.5, 0.5)
holt_winters(load[10m], 0, 0.5)
holt_winters(load[10m], 1, 0.5)
holt_winters(load[10m], 0.5, 1)
holt_winters(load[10m], 0.5, 0)
holt_winters(load[10m], NaN, 0.5)
holt_winters(odd[1h], 0.1, 0.9)
holt_winters(load[15s], 0.5, 0.5)
holt_winters(load[31s], 0.5, 0.5)
holt_winters(load[10m], scalar(load{job="api",instance="a"}), 0.5)
double_exponential_smoothing(load[10m], 0.5, 0.5)
sort_by_label(load, "job")
mad_over_time(load[5m])
limitk(1, load)
limit_ratio(0.5, load)
info(load)
sum(load) by (job) (load)
sum by (job) (load) by (job)
sum(load) by (job)
SUM(load)
sum BY (job) (load)
load AND load
count(load) BY (job)
topk(2, sum by (job) (load))
bool
sum(bool)
load{job="api",}
load{,}
load{job="api" instance="a"}
load{job=api}
load{job="api"}[5m:30s]
load{__name__="load"}
{__name__="load",__name__="load"}
{__name__="load",__name__=~"l.*"}
{}
{job=""}
{job=~".*"}
{job!=""}
load{job='api'}
load{job=`api`}
load{job="ap\x69"}
load{job="\141pi"}
load{job="ap\u0069"}
load{job="api\q"}
load # comment
load + # comment
(load
load)
load load
load +
+
on
load on
load + on load
load + bool load
load == bool 1
1 == 1
load and 1
1 and load
load or bool load
load + on (job) group_left load
load and on (job) group_left info
load + group_left info
load atan2 on (job, instance) odd
load ^ on (job, instance) limit
load % ignoring () limit
sum by ("job") (load)
load + on ("job", "instance") odd
größe
load:x
:load
load{__name__!="x"}
a:b
sum(a:b)
start()
step()
rate(load[5m:])
rate(rate(load[5m])[5m:])
rate(sum(load))
abs()
abs(1)
abs(load, load)
round(load, 1, 2)
round()
time(1)
vector()
scalar(1)
label_replace(load)
label_replace(load, 1, "x", "job", ".*")
label_join(load, "x")
predict_linear(load[5m])
quantile_over_time(load[5m], 0.5)
topk(load)
topk("a", load)
topk(load, load)
quantile(load)
count_values(1, load)
count_values(load)
sum(1)
sum("a")
sum(1, load)
unknown(load)
day_of_week(1)
day_of_week(load, load)
""".strip().splitlines()
