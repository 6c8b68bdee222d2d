namespace Muster.Probes.Load;

/// <summary>
/// When the iterations of an open model are due, worked out from the model alone: nothing that happens in the run moves them. Of several threads, each takes every n-th.
/// </summary>
sealed class ArrivalTimes(LoadModel model, int lane, int lanes)
{
    long _next = lane;

    /// <summary>Nanoseconds from the scenario's start to the next one; null when there are no more.</summary>
    public long? Next
    {
        get
        {
            var at = At(_next);
            return at is { } when && when < model.Lasts.TotalNanoseconds ? (long)when : null;
        }
    }

    public void Take() => _next += lanes;

    /// <summary>Planned iterations a second at a moment.</summary>
    public double RateAt(double seconds) => model switch
    {
        LoadModel.ConstantRate constant => constant.PerSecond,
        LoadModel.StepTest steps => steps.From + steps.By * Math.Clamp((int)(seconds / steps.Each.TotalSeconds), 0, steps.Count - 1),
        LoadModel.RampingRate ramp => Level(ramp, seconds),
        _ => 0,
    };

    /// <summary>The k-th is due when k have come before it: where the integral of the rate reaches k.</summary>
    double? At(long k) => model switch
    {
        LoadModel.ConstantRate constant => k / constant.PerSecond * 1e9,
        LoadModel.StepTest steps => OfSteps(steps, k),
        LoadModel.RampingRate ramp => OfRamp(ramp, k),
        _ => null,
    };

    static double? OfSteps(LoadModel.StepTest steps, double k)
    {
        for (var step = 0; step < steps.Count; step++)
        {
            var rate = steps.From + steps.By * step;
            var within = rate * steps.Each.TotalSeconds;
            if (k < within) return (steps.Each.TotalSeconds * step + k / rate) * 1e9;
            k -= within;
        }

        return null;
    }

    static double? OfRamp(LoadModel.RampingRate ramp, double k)
    {
        var (from, began) = (ramp.From, 0.0);
        foreach (var stage in ramp.Stages)
        {
            var over = stage.Over.TotalSeconds;
            var within = (from + stage.To) / 2 * over;
            if (k < within)
            {
                // from·t + (to − from)/(2·over)·t² = k, in the form that stays exact when the slope is nearly nought.
                var slope = (stage.To - from) / over;
                var level = from + Math.Sqrt(Math.Max(0, from * from + 2 * slope * k));
                return (began + (level > 0 ? 2 * k / level : 0)) * 1e9;
            }

            k -= within;
            (from, began) = (stage.To, began + over);
        }

        return null;
    }

    static double Level(LoadModel.RampingRate ramp, double seconds)
    {
        var from = ramp.From;
        foreach (var stage in ramp.Stages)
        {
            var over = stage.Over.TotalSeconds;
            if (seconds < over) return from + (stage.To - from) * seconds / over;
            seconds -= over;
            from = stage.To;
        }

        return from;
    }
}
