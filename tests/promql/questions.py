"""Expressions of every kind over the series of `histories`, one a line."""

EXACT = r"""
log10(requests_total)
log2(requests_total)
ln(odd)
requests_total
rate(requests_total[5m])
rate(requests_total[47s])
rate(requests_total[15s])
rate(requests_total[1h])
increase(requests_total[5m])
increase(requests_total[2m3s] offset 3m)
delta(load[7m])
delta(odd[7m])
rate(load[7m])
rate(odd[7m])
irate(requests_total[5m])
idelta(load[5m])
irate(odd[5m])
deriv(load[10m])
deriv(odd[10m])
predict_linear(load[10m], 600)
holt_winters(load[10m], 0.3, 0.6)
holt_winters(odd[10m], 0.3, 0.6)
sum_over_time(load[10m])
sum_over_time(load[2h])
sum_over_time(odd[2h])
sum_over_time(odd[3m])
sum_over_time(requests_total[1h])
avg_over_time(load[10m])
avg_over_time(odd[10m])
avg_over_time(requests_total[1h])
min_over_time(odd[10m])
max_over_time(odd[10m])
max_over_time(load[1h])
count_over_time(odd[10m])
last_over_time(odd[10m])
present_over_time(odd[1m])
absent_over_time(odd{instance="a"}[30s])
absent_over_time(nope{instance="a",job=~"x"}[30s])
stddev_over_time(load[10m])
stdvar_over_time(odd[3m])
quantile_over_time(0.9, load[10m])
quantile_over_time(0.31, odd[10m])
quantile_over_time(-1, odd[10m])
quantile_over_time(NaN, odd[10m])
quantile_over_time(scalar(info{job="api"}) / 2, odd[10m])
changes(odd[10m])
resets(odd[10m])
resets(requests_total[1h])
sum(load)
sum by (job) (rate(requests_total[5m]))
sum without (instance) (odd)
avg by (job) (load)
avg by (job) (odd)
count by (code) (requests_total)
group(load)
min by (job) (odd)
max by (job) (odd)
stddev by (job) (load)
stdvar by (job) (odd)
topk(2, load)
bottomk by (job) (1, load)
topk(scalar(info{job="api"}), load)
topk(NaN, load)
quantile(0.9, load)
quantile by (job) (0.3, odd)
count_values("v", round(load, 20))
count_values by (job) ("v", odd)
histogram_quantile(0.9, rate(latency_bucket[5m]))
histogram_quantile(0.5, sum by (le) (rate(latency_bucket[5m])))
histogram_quantile(0.99, latency_bucket{le!="1"})
histogram_quantile(0.99, latency_bucket{le!="+Inf"})
histogram_quantile(1.5, latency_bucket)
histogram_quantile(NaN, latency_bucket)
histogram_quantile(0, latency_bucket)
histogram_quantile(1, latency_bucket)
load + limit
load + on (job, instance) limit
load / ignoring (code) limit
requests_total / on (job) group_left (version) info
requests_total * on (job) group_left () info
info * on (job) group_right () requests_total
info > on (job) group_right () requests_total
info > bool on (job) group_right () requests_total
requests_total / ignoring (code) limit
requests_total{code="500"} / ignoring (code) requests_total{code="200"}
load > limit
load > bool limit
load == load
load != load
10 < load
10 < bool load
load % 7
odd % 7
-load ^ 2
load ^ 0.5
load and odd
load or odd
load or on (job) odd
odd unless on (instance) load
load unless on (instance) (load > 30)
load and on () vector(1)
(load > 10) or (odd < 3)
abs(odd)
ceil(load)
floor(load)
round(load, 0.3)
round(load)
sqrt(odd)
sgn(odd)
deg(load)
rad(load)
clamp(odd, 1, 5)
clamp(odd, 5, 1)
clamp_min(odd, 3)
clamp_max(odd, 3)
clamp_min(odd, NaN)
clamp_max(odd, NaN)
scalar(info{job="api"})
scalar(info)
vector(1)
time()
vector(time())
timestamp(odd)
timestamp(odd offset 3m)
timestamp(-odd)
timestamp(odd @ 1700003000)
minute()
hour()
day_of_week()
day_of_month()
day_of_year()
days_in_month()
month()
year()
hour(odd)
year(odd)
month(load * 1e8)
day_of_year(load * 1e8)
days_in_month(load * 1e8)
day_of_week(load * 1e8)
year(load * 1e8)
day_of_month(load * 1e8)
minute(load * 1e8)
absent(nope{a="b"})
absent(load > 1000)
absent(odd{instance="a",job="api"})
label_replace(load, "host", "$1-x", "instance", "(.*)")
label_replace(load, "host", "${1}x$job$$", "instance", "(a|b)")
label_replace(load, "instance", "", "instance", ".*")
label_replace(load, "job", "z", "instance", "a")
label_join(load, "both", "/", "job", "instance", "nope")
label_join(load, "instance", "", "nope")
sort(load)
max_over_time(rate(requests_total[2m])[10m:1m])
avg_over_time(load[10m:])
sum_over_time(load[10m:30s] offset 1m)
sum_over_time((load > 10)[10m:30s])
quantile_over_time(0.5, sum(load)[20m:17s])
rate(sum by (job) (requests_total)[10m:1m])
max_over_time(load[5m] @ 1700005000)
load @ end()
load @ start() + load
sum_over_time(load[5m:1m] @ end())
rate(requests_total[5m] @ 1700005000 offset 1m)
load offset -5m
{__name__=~"load|limit"}
{__name__=~"load|limit"} + 1
abs({__name__=~"load|limit"})
rate({__name__=~"load|limit"}[5m])
-{__name__=~"load|limit"}
load + on (job) limit
load + on (job) info
info + on (job) load
load + on (job) group_left info
sum(load) / count(load)
load{job!~"a.*",instance=~"a|b"}
sum by (job) (requests_total) - sum by (job) (requests_total offset 10m)
1 - sum(rate(requests_total{code!="500"}[5m])) / sum(rate(requests_total[5m])) > 0.1
1 + 2
1 / 0
-1 % 0.3
2 ^ 0.5
1 > bool 2
pi() * 2
changes(load[10m] offset 5m)
last_over_time({__name__=~"load|limit"}[5m])
load ^ 3
minute(odd)
day_of_week(odd)
days_in_month(odd)
day_of_year(odd)
month(odd)
odd ^ 17
count_values("value", load > 1e9)
count_values without (job) ("job", limit)
count_values("value", -0 / limit)
bottomk(2, odd)
bottomk by (job) (1, limit)
topk(3, limit)
""".strip().splitlines()
"""To these Prometheus 2.42 and we give the same, to the last bit, or both give none."""

NEAR = r"""
load ^ -1.3
2 ^ load
odd ^ odd
load atan2 odd
exp(odd)
sin(load)
cos(load)
tan(load)
asin(load / 100)
acos(load / 100)
atan(load)
sinh(load / 10)
cosh(load / 10)
tanh(load / 10)
asinh(load)
acosh(load)
atanh(load / 100)
-2 ^ load
requests_total ^ 2.5
""".strip().splitlines()
"""These end in a transcendental function, which Go computes by methods of its own."""
