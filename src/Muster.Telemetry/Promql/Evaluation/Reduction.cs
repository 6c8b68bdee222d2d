using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>One group of an aggregation at one step; reused from step to step.</summary>
abstract class Reduction
{
    public int Count { get; private set; }

    public static Reduction Of(Aggregator op) => op switch
    {
        Aggregator.Sum => new Sums(average: false),
        Aggregator.Avg => new Sums(average: true),
        Aggregator.Count => new Counts(isGroup: false),
        Aggregator.Group => new Counts(isGroup: true),
        Aggregator.Min => new Extremes(max: false),
        Aggregator.Max => new Extremes(max: true),
        Aggregator.Stddev => new Spreads(root: true),
        Aggregator.Stdvar => new Spreads(root: false),
        Aggregator.Quantile => new Quantiles(),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, null),
    };

    public void Clear()
    {
        Count = 0;
        Reset();
    }

    public void Add(double value, NativeHistogram? histogram)
    {
        Count++;
        Take(value, histogram);
    }

    protected abstract void Reset();

    protected abstract void Take(double value, NativeHistogram? histogram);

    public abstract Point Result(Notes notes, Place place, double parameter);

    sealed class Sums(bool average) : Reduction
    {
        HistogramTotal? _histograms;
        bool _isBroken;
        int _floats;
        double _sum;
        double _lost;
        Mean _mean;

        protected override void Reset()
        {
            (_histograms, _isBroken, _floats, _sum, _lost) = (null, false, 0, 0, 0);
            _mean = default;
        }

        protected override void Take(double value, NativeHistogram? histogram)
        {
            if (histogram is not null) _isBroken |= !(_histograms ??= new()).Add(histogram);
            else
            {
                _floats++;
                if (average) _mean.Add(value);
                else Numbers.Add(value, ref _sum, ref _lost);
            }
        }

        public override Point Result(Notes notes, Place place, double parameter)
        {
            if (_histograms is null) return average ? _mean.Value : double.IsInfinity(_sum) ? _sum : _sum + _lost;
            if (_floats > 0) notes.MixedTypesAggregated(place);
            else if (_isBroken) notes.MixedSchemas("", place);
            else
            {
                notes.Tell(_histograms.Notes, "aggregation", place);
                return new(0, average ? _histograms.Average() : _histograms.Sum());
            }

            return Point.None;
        }
    }

    sealed class Counts(bool isGroup) : Reduction
    {
        protected override void Reset() { }

        protected override void Take(double value, NativeHistogram? histogram) { }

        public override Point Result(Notes notes, Place place, double parameter) => isGroup ? 1 : Count;
    }

    sealed class Extremes(bool max) : Reduction
    {
        double _best;
        int _floats;
        bool _ignored;

        protected override void Reset() => (_floats, _ignored) = (0, false);

        protected override void Take(double value, NativeHistogram? histogram)
        {
            if (histogram is not null) _ignored = true;
            else if (_floats++ == 0 || double.IsNaN(_best) || (max ? value > _best : value < _best)) _best = value;
        }

        public override Point Result(Notes notes, Place place, double parameter)
        {
            if (_ignored) notes.IgnoredInAggregation(max ? "max" : "min", place);
            return _floats == 0 ? Point.None : _best;
        }
    }

    sealed class Spreads(bool root) : Reduction
    {
        double _count;
        double _mean;
        double _sum;
        bool _ignored;

        protected override void Reset() => (_count, _mean, _sum, _ignored) = (0, 0, 0, false);

        protected override void Take(double value, NativeHistogram? histogram)
        {
            if (histogram is not null)
            {
                _ignored = true;
                return;
            }

            _count++;
            if (!double.IsFinite(value)) _sum = double.NaN;
            var delta = value - _mean;
            _mean += delta / _count;
            _sum += delta * (value - _mean);
        }

        public override Point Result(Notes notes, Place place, double parameter)
        {
            if (_ignored) notes.IgnoredInAggregation(root ? "stddev" : "stdvar", place);
            if (_count == 0) return Point.None;
            return root ? Math.Sqrt(_sum / _count) : _sum / _count;
        }
    }

    sealed class Quantiles : Reduction
    {
        readonly List<double> _values = [];
        bool _ignored;

        protected override void Reset()
        {
            _values.Clear();
            _ignored = false;
        }

        protected override void Take(double value, NativeHistogram? histogram)
        {
            if (histogram is null) _values.Add(value);
            else _ignored = true;
        }

        public override Point Result(Notes notes, Place place, double parameter)
        {
            if (_ignored) notes.IgnoredInAggregation("quantile", place);
            return _values.Count == 0 ? Point.None : Numbers.Quantile(parameter, _values);
        }
    }
}
