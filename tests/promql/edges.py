"""Where functions and operators end, over the series of `histories`: NaN, infinities, names that
are none, ties, windows of one sample. One expression a line; some must fail."""

EDGES = r"""
topk(Inf, load)
topk(-Inf, load)
topk(1e19, load)
topk(9223372036854775807, load)
topk(-9223372036854775808, load)
topk(-1, load)
topk(0, load)
topk(1.9, load)
topk(0.9, load)
topk(3, limit)
topk(2, odd)
bottomk(1.9, odd)
bottomk(2, odd)
topk(3, {__name__=~"load|limit"})
topk(scalar(load{job="api",instance="a"}), odd)
topk(scalar(load{job="api",instance="a"}), load)
bottomk(3, limit)
topk by (job) (1, limit)
bottomk without (instance) (1, limit)
topk(scalar(vector(1)/0), load)
topk(scalar(clamp_max(load{job="api",instance="a"}, 0) / 0), load)
quantile(scalar(nope), load)
quantile(NaN, load)
quantile(-0.1, load)
quantile(1.1, load)
quantile(0, odd)
quantile(1, odd)
quantile(0.5, odd)
quantile_over_time(0, odd[10m])
quantile_over_time(1, odd[10m])
quantile_over_time(2, odd[10m])
quantile_over_time(scalar(nope), odd[10m])
quantile_over_time(scalar(load{job="api",instance="a"})/10, odd[10m])
count_values("", load)
count_values("0bad", load)
count_values("bad-label", round(load))
count_values("größe", round(load, 20))
count_values("a.b", round(load, 20))
count_values("job", round(load, 20))
count_values by (job) ("job", round(load, 20))
count_values without (job) ("job", round(load, 20))
count_values without (instance) ("instance", odd)
count_values("__name__", round(load, 20))
count_values("v", load * 1e20)
count_values("v", load / 1e20)
count_values("v", requests_total / 3)
count_values("v", odd * 0)
count_values("v", -0 * limit)
label_replace(load, "bad-label", "x", "job", ".*")
label_replace(load, "größe", "x", "job", ".*")
label_replace(load, "", "x", "job", ".*")
label_replace(load, "0", "x", "job", ".*")
label_replace(load, "x", "$1", "bad-label", "(.*)")
label_replace(load, "x", "$1", "", "(.*)")
label_replace(load, "x", "$1", "größe", "(.*)")
label_replace(load, "x", "$1", "nope", "(.*)")
label_replace(load, "x", "y", "nope", "")
label_replace(load, "x", "$1-$2-$0-${1}x-$1x", "job", "(a)(.*)")
label_replace(load, "x", "$$1", "job", "(a)(.*)")
label_replace(load, "x", "$", "job", ".*")
label_replace(load, "x", "${", "job", ".*")
label_replace(load, "x", "${1", "job", "(.*)")
label_replace(load, "x", "${}", "job", "(.*)")
label_replace(load, "x", "$-1", "job", "(.*)")
label_replace(load, "x", "$01", "job", "(.*)")
label_replace(load, "x", "${01}", "job", "(.*)")
label_replace(load, "x", "$10", "job", "(.*)")
label_replace(load, "x", "$name", "job", "(?P<name>.*)")
label_replace(load, "x", "$größe", "job", "(?P<gr>.*)")
label_replace(load, "__name__", "other", "job", "api")
label_replace(load, "__name__", "", "job", "api")
label_replace(load, "__name__", "bad name", "job", "api")
label_replace(load, "x", "$1", "__name__", "(.*)")
label_replace(load, "instance", "", "", "")
label_replace(load, "instance", "z", "instance", ".*")
label_replace(load, "job", "", "job", "api")
label_replace(load, "x", "y", "job", "(")
label_replace(load, "x", "y", "job", "a{2001}")
label_replace(load, "x", "y", "job", "ap")
label_replace(load, "x", "$1", "job", "(?i)(API)")
label_replace(load, "x", "$1", "job", "(a|ap)i?")
label_replace(load, "x", "$1", "job", "(a*)*")
label_replace(load, "x", "$1|$2", "job", "(a)|(w)eb")
label_replace(rate(requests_total[5m]), "x", "$1", "code", "(.).*")
label_replace(load{job="nope"}, "x-y", "$1", "job", "(.*)")
label_join(load, "x", "-", "job", "instance")
label_join(load, "x", "", "job", "job")
label_join(load, "x", "-", "nope", "nada")
label_join(load, "x", "-")
label_join(load, "job", "-", "instance", "job")
label_join(load, "__name__", "-", "instance", "job")
label_join(load, "bad-label", "-", "job")
label_join(load, "x", "-", "bad-label")
label_join(load, "x", "-", "")
label_join(load, "", "-", "job")
label_join(load, "größe", "-", "job")
label_join(load, "x", "ö", "job", "__name__")
label_join(load{job="nope"}, "x-y", "-", "job")
histogram_quantile(0.9, latency_bucket)
histogram_quantile(scalar(load{job="api",instance="a"}) / 20, latency_bucket)
histogram_quantile(-1, latency_bucket)
histogram_quantile(-Inf, latency_bucket)
histogram_quantile(Inf, latency_bucket)
histogram_quantile(0.9, latency_bucket{le="+Inf"})
histogram_quantile(2, latency_bucket{le="+Inf"})
histogram_quantile(0.9, latency_bucket{le="0.1"})
histogram_quantile(0.9, latency_bucket{le=~"0.1|.Inf"})
histogram_quantile(0.9, load)
histogram_quantile(0.9, vector(1))
histogram_quantile(0.9, latency_bucket * 0)
histogram_quantile(0.9, -latency_bucket)
histogram_quantile(0.9, latency_bucket / 0)
histogram_quantile(0.9, latency_bucket - latency_bucket{le="+Inf"})
histogram_quantile(0.9, {__name__=~"latency_bucket|load"})
histogram_quantile(0.9, label_replace(latency_bucket, "le", "-1", "le", "0.1"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "-1", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "1.0", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "0x1p0", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "2_5", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "infinity", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "-Inf", "le", "0.1"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "1e400", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "٣", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", " 3", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "+3", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "le", "", "le", "2.5"))
histogram_quantile(0.9, label_replace(latency_bucket, "__name__", "other", "job", "web"))
histogram_quantile(0.9, sum by (le, __name__) ({__name__=~"latency_bucket|load", le!=""}))
histogram_quantile(0.1, latency_bucket)
histogram_quantile(0.0000001, latency_bucket)
absent(nope)
absent(nope{job="a"})
absent(nope{job="a", job="a"})
absent(nope{job="a", job="b"})
absent(nope{job="a", job=~"b"})
absent(nope{job=~"a"})
absent(nope{job!="a", instance="i"})
absent({__name__="nope", job="a"})
absent({__name__=~"nope", job="a"})
absent(sum(nope{job="a"}))
absent(nope{job="a"} > 1)
absent((nope{job="a"}))
absent(-nope{job="a"})
absent(nope{job="a"} offset 5m)
absent(nope{job="a"} @ 1700003000)
absent(load > 100)
absent(load)
absent(nope{job=""})
absent(vector(1))
absent(vector(1) > 2)
absent(rate(nope{job="a"}[5m]))
absent_over_time(nope{job="a"}[5m])
absent_over_time((nope{job="a"})[5m:])
absent_over_time(nope{job="a"}[5m:1m])
absent_over_time(rate(nope{job="a"}[5m])[5m:])
absent_over_time(nope{job="a", job="b", x="y"}[5m])
absent_over_time(load{instance="a"}[15s])
absent_over_time({job="a"}[15s])
absent_over_time(nope{job="a"}[5m] offset 1h)
changes(load[15s])
changes(odd[1h])
changes(requests_total[1h])
resets(odd[1h])
resets(load[1h:30s])
clamp(odd, NaN, 5)
clamp(odd, 1, NaN)
clamp(odd, NaN, NaN)
clamp(odd, -Inf, Inf)
clamp(odd, 5, 5)
clamp(odd, 6, 5)
clamp(odd, scalar(load{job="api",instance="a"}), 5)
clamp(odd, 1, scalar(load{job="api",instance="a"}))
clamp_min(odd, scalar(load{job="api",instance="a"}))
clamp_max(odd, scalar(load{job="api",instance="a"}))
clamp_min(odd, Inf)
clamp_max(odd, -Inf)
round(odd, 0)
round(odd, -2)
round(odd, NaN)
round(odd, Inf)
round(odd, 1e300)
round(odd, 1e-320)
round(load / 2, 0.5)
round(-load, 5)
round(load, 0.7)
round(odd, scalar(load{job="api",instance="a"}))
round(load * 1e15)
round(load + 0.5)
round(load * 1e308)
ceil(odd)
floor(odd)
ceil(-0.5 * limit / 20)
sgn(-0 * limit)
abs(-0 * limit)
1 / abs(-0 * limit)
1 / ceil(-0.5 * limit / 20)
1 / floor(-0 * limit)
1 / round(-0.2 * limit / 20)
1 / sgn(-0 * limit)
sqrt(-limit)
ln(0 * limit)
ln(-limit)
log2(0 * limit)
log10(-limit)
exp(limit * 1000)
exp(-limit * 1000)
scalar(load)
scalar(load{job="api",instance="a"})
scalar(odd{job="api",instance="a"})
scalar(nope)
vector(scalar(nope))
vector(scalar(load))
timestamp(load)
timestamp(load offset -5m)
timestamp((load))
timestamp(((load)))
timestamp(sum(load))
timestamp(timestamp(load))
timestamp(load[5m:])
timestamp(load @ 1700003000 offset 1m)
timestamp(vector(1))
timestamp(last_over_time(load[5m]))
timestamp(abs(load))
timestamp(load > 0)
time() - timestamp(odd)
hour(odd * 1e6)
day_of_week(odd * 1e7)
day_of_month(odd * 1e7)
day_of_year(odd * 1e7)
days_in_month(odd * 1e7)
month(odd * 1e7)
year(odd * 1e7)
year(odd * 1e12)
month(odd * 1e12)
year(odd * 1e15)
day_of_week(odd * 1e17)
minute(load / 3)
minute(-load)
year(vector(1e20))
year(vector(-1e20))
year(vector(9.3e18))
hour(vector(9.3e18))
month(vector(NaN))
year(vector(Inf))
day_of_month(vector(-Inf))
day_of_week(vector(-1))
year(vector(-62135596800))
year(vector(-62135596801))
day_of_year(vector(1709164800))
days_in_month(vector(1709164800))
days_in_month(vector(-2203977600))
deriv(load[15s])
deriv(load[1m])
deriv(limit[10m])
deriv(odd[1h])
deriv(requests_total[1h])
deriv(load[1h:1m])
deriv(limit[1m:10s])
predict_linear(load[1h], 3600)
predict_linear(load[1h], -3600)
predict_linear(limit[1h], 3600)
predict_linear(odd[1h], 3600)
predict_linear(load[1h], NaN)
predict_linear(load[1h], Inf)
predict_linear(load[1h], scalar(load{job="api",instance="a"}))
predict_linear(load[1h] offset 10m, 3600)
predict_linear(load[15s], 3600)
predict_linear(load[1h:1m], 3600)
predict_linear(load[1h:1m] offset 7m, 3600)
irate(requests_total[15s])
irate(requests_total[40s])
irate(odd[1h])
irate(load[10m])
idelta(odd[1h])
idelta(load[15s])
irate(load[1h:47s])
rate(load[1h:47s])
increase(odd[1h:47s])
delta(odd[1h:47s])
rate(requests_total[30s])
rate(requests_total[31s])
rate(requests_total[5m] offset -5m)
rate(requests_total[5m] @ 1700003000)
rate(requests_total[5m] @ start())
rate(requests_total[5m] @ end())
rate(limit[5m])
delta(limit[5m])
sum_over_time(odd[1h])
avg_over_time(odd[1h])
avg_over_time(limit[1h])
stddev_over_time(odd[1h])
stdvar_over_time(odd[1h])
stdvar_over_time(limit[1h])
stddev_over_time(requests_total[1h])
stdvar_over_time(load[15s])
stdvar_over_time(odd[15s])
min_over_time(odd[1h])
max_over_time(odd[1h])
min_over_time(odd[15s])
last_over_time(load[15s])
last_over_time(odd[1h])
last_over_time(rate(requests_total[5m])[1h:])
present_over_time(odd[15s])
count_over_time(nope[1h])
count_over_time(load[1h:7m])
stddev(odd)
stdvar(odd)
stddev by (instance) (odd)
stdvar by (instance) (odd)
stdvar by (job, instance) (odd)
stddev(limit)
stdvar(load * 1e200)
stddev(requests_total)
avg(odd)
avg by (instance) (odd)
avg(load * 1e308)
avg(odd * 1e308)
avg(requests_total)
avg(limit)
sum(odd)
sum(load * 1e308)
sum(requests_total)
sum by (nope) (load)
sum by (job, job) (load)
sum by (__name__) (load)
sum without (__name__) (load)
sum by () (load)
sum without () (load)
sum without () (rate(requests_total[5m]))
min(odd)
max(odd)
min by (instance) (odd)
group(odd)
group by (job) (nope)
count(nope)
count(odd == odd)
count without (job, instance) (load)
odd atan2 load
load atan2 0
0 atan2 load
1 atan2 2
-load atan2 load
odd % 0
load % 0.3
-load % 7
load % -7
load % Inf
odd % odd
load / 0
0 / (load - load)
odd ^ 2
odd ^ -1
odd ^ 0
0 ^ odd
1 ^ odd
(-8) ^ (1/3)
2 ^ 3 ^ 2
-2 ^ 2
NaN == NaN
1 == bool NaN
odd == bool odd
odd != bool odd
odd == Inf
odd >= odd
odd > bool 0
Inf > odd
NaN != odd
load + odd
load + on (job, instance) odd
load + ignoring (x) odd
load + on () odd
load + on (job) odd
load + on (job) group_left () info
load + on (job) group_left (version) info
load + on (job) group_left (version, nope) info
load + on (job) group_left (instance) info
info + on (job) group_right (version) load
info + on (job) group_right () load
load + on (job) group_right () info
load > on (job) group_left (version) (info * 3)
load > bool on (job) group_left (version) (info * 3)
load == on (job, instance) load
load + on (__name__) load
load + ignoring (__name__, job) info
load{instance="a"} + ignoring (instance) load{instance="b"}
load and on (job) info
load and ignoring (instance) info
load unless on (job) info
load or info
load or on () info
load or on (job) nope
nope or load
nope and load
nope unless load
load unless nope
load or vector(0)
vector(0) or on () load
sum(nope) or vector(0)
(load > 0) or (load < 0)
(load > 0) and (load < 10)
load > 0 unless load > 10
load and on (job, instance) (odd > 0)
load or rate(requests_total[5m])
-load
+load
--load
-odd
{__name__=~"load|limit"} > 1
{__name__=~"load|limit"} > bool 1
count_over_time({__name__=~"load|limit"}[5m])
sum by (__name__) ({__name__=~"load|limit"})
sum without (__name__) ({__name__=~"load|limit"})
{__name__=~"load|limit"} + on (__name__, job, instance) {__name__=~"load|limit"}
{job="api"}
{job=~"a.*"}
{job!~"a.*", __name__="load"}
{job=~"a.i", instance!=""}
load{job=~"(?i:API)"}
load{job=~"ap"}
load{job=~"api|"}
load{nope=""}
load{nope!=""}
load{nope=~".*"}
load{nope=~""}
load{nope!~".+"}
load{nope!~"x"}
load{job=~""}
load{instance=~"[ab]"}
load{instance=~"^a$"}
load{job=~"\\w+"}
load{job=~"[[:alpha:]]+"}
load{job=~"a\\x70i"}
load{job=~".*?i"}
load{job=~"a(?:p)i"}
load{job=~"\\Qapi\\E"}
load{job=~"a(?=p)pi"}
load{job=~"a**"}
load{job=~"a{1001}"}
load{job=~"(a{100}){100}"}
sort_desc(odd)
pi()
pi() * load
time() % 60
rad(odd)
deg(odd)
sin(odd)
atan(odd)
sinh(load)
cosh(load)
tanh(odd)
asinh(odd)
load offset 5m
load offset 5m offset 5m
load @ 1700003000
load @ 1700003000.123
load @ -1
load @ start()
load @ end() offset 5m
load offset 5m @ end()
load[5m:]
sum_over_time(load[5m:1m] offset 3m)
sum_over_time(load[5m:1m] @ 1700003000 offset 3m)
sum_over_time((load @ end())[5m:1m])
sum_over_time((load offset 1m)[5m:1m] offset 1m)
max_over_time(sum by (job) (rate(requests_total[5m]))[1h:7m])
max_over_time(max_over_time(load[10m:1m])[1h:7m])
min_over_time((load > 0)[10m:30s])
avg_over_time(scalar(load{job="api",instance="a"})[10m:30s])
sum_over_time(time()[10m:30s])
sum_over_time(vector(1)[10m:30s])
count_over_time((load > 100)[10m:30s])
""".strip().splitlines()

FRACTIONS = r"""
histogram_fraction(0.1, 1, latency_bucket)
histogram_fraction(-Inf, 1, latency_bucket)
histogram_fraction(0.5, Inf, latency_bucket)
histogram_fraction(-Inf, Inf, latency_bucket)
histogram_fraction(0.05, 0.3, latency_bucket)
histogram_fraction(1, 0.5, latency_bucket)
histogram_fraction(NaN, 1, latency_bucket)
histogram_fraction(0.5, 0.5, latency_bucket)
histogram_fraction(3, 7, latency_bucket)
histogram_fraction(0.2, 0.7, rate(latency_bucket[5m]))
histogram_fraction(0.2, 0.7, latency_bucket{le!="+Inf"})
histogram_fraction(0.2, 0.7, latency_bucket{le="+Inf"})
histogram_fraction(0.2, 0.7, -latency_bucket)
histogram_fraction(0.2, 0.7, latency_bucket - 1000)
histogram_fraction(0.2, 0.7, load)
histogram_fraction(scalar(load{job="api",instance="a"}) / 20, 1, latency_bucket)
histogram_fraction(0.2, 0.7, {__name__=~"latency_bucket|load"})
""".strip().splitlines()
"""Of classic buckets, which 3.4 and later take."""
