using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Scraping;

/// <summary>
/// What one target had at its last scrape: so that a series' labels are joined with the target's once and not at each scrape, and so that what is gone is
/// marked stale (<see href="https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness"/>). Samples with timestamps of their own are not marked.
/// What was made ready counts only when it is committed: markers that did not arrive are made again.
/// </summary>
sealed class SeriesMemory(Labels target, ScrapeJob job)
{
    /// <summary>No sample's own time.</summary>
    public const long NoTime = long.MinValue;

    readonly Dictionary<byte[], Known> _known = new(KeyBytes.Same);
    readonly List<Known> _opened = [];
    readonly SeriesKeyWriter _writer = new();
    int _scrape;

    sealed class Known(byte[] key)
    {
        public byte[] Key => key;

        /// <summary>The scrape that it was last in.</summary>
        public int Seen { get; set; }

        /// <summary>The scrape that it last had a sample in whose end is to be marked; 0 for none.</summary>
        public int Tracked { get; set; }
    }

    public int Count => _known.Count;

    /// <summary>One good answer, with the markers for what is gone.</summary>
    /// <param name="parsed">Samples without a time have <see cref="NoTime"/>.</param>
    /// <param name="added">Series that the last scrape did not have.</param>
    /// <returns>Which limit is broken, or null. Then nothing of it is to be used.</returns>
    public string? Take(SampleBatch parsed, long time, SampleBatch into, out int added)
    {
        added = 0;
        _scrape++;
        if (job.SampleLimit > 0 && parsed.Count > job.SampleLimit) return string.Create(CultureInfo.InvariantCulture, $"{parsed.Count} samples are more than sample_limit, {job.SampleLimit}");
        _opened.Clear();
        var find = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var at = 0; at < parsed.SeriesCount; at++)
        {
            var raw = parsed.KeyOf(at);
            if (!find.TryGetValue(raw, out var known))
            {
                if (Joined(raw, out var key) is { } problem) return problem;
                known = new(key);
                _known[raw.ToArray()] = known;
                added++;
            }

            known.Seen = _scrape;
            _opened.Add(known);
            into.Open(known.Key);
        }

        Copy(parsed, time, into);
        MarkGone(time, into);
        return null;
    }

    /// <summary>A failed scrape or the end of a target: every series ends.</summary>
    public void End(long time, SampleBatch into)
    {
        _scrape++;
        MarkGone(time, into);
    }

    /// <summary>What was made ready since the last call has arrived.</summary>
    public void Committed()
    {
        foreach (var (raw, known) in _known)
        {
            if (known.Seen != _scrape) _known.Remove(raw);
            else if (known.Tracked != _scrape) known.Tracked = 0;
        }
    }

    void Copy(SampleBatch parsed, long time, SampleBatch into)
    {
        var series = parsed.Series;
        var times = parsed.Times;
        var values = parsed.Values;
        var histograms = CollectionsMarshal.AsSpan(parsed.Histograms);
        for (var at = 0; at < series.Length; at++)
        {
            var own = times[at] != NoTime && job.HonorTimestamps;
            var when = own ? times[at] : time;
            if (!own) _opened[series[at]].Tracked = _scrape;
            if (!histograms.IsEmpty && histograms[0].Key == at)
            {
                into.Add(series[at], when, histograms[0].Value);
                histograms = histograms[1..];
            }
            else into.Add(series[at], when, values[at]);
        }

        foreach (var exemplar in parsed.Exemplars) into.Exemplars.Add(exemplar.Time == NoTime ? exemplar with { Time = time } : exemplar);
        into.Metadata.AddRange(parsed.Metadata);
    }

    void MarkGone(long time, SampleBatch into)
    {
        foreach (var known in _known.Values)
        {
            if (known.Tracked != 0 && known.Tracked != _scrape) into.Add(into.Open(known.Key), time, StaleMarker.Value);
        }
    }

    string? Joined(ReadOnlySpan<byte> raw, out byte[] key)
    {
        key = [];
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in SeriesKey.Read(raw)) labels[label.Name] = label.Value;
        foreach (var label in target)
        {
            if (!labels.TryGetValue(label.Name, out var theirs))
            {
                labels[label.Name] = label.Value;
            }
            else if (!job.HonorLabels)
            {
                var moved = "exported_" + label.Name;
                while (labels.ContainsKey(moved) || target.Has(moved)) moved = "exported_" + moved;
                labels[moved] = theirs;
                labels[label.Name] = label.Value;
            }
        }

        if (OverLimit(labels) is { } over) return over;
        _writer.Clear();
        foreach (var (name, value) in labels) _writer.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        if (!_writer.TryFinish(out var written, out var problem)) return problem;
        key = written.ToArray();
        return null;
    }

    string? OverLimit(Dictionary<string, string> labels)
    {
        var metric = labels.GetValueOrDefault(Labels.MetricName, "");
        if (job.LabelLimit > 0 && labels.Count > job.LabelLimit) return Over("labels", labels.Count, "label_limit", job.LabelLimit);
        foreach (var (name, value) in labels)
        {
            if (job.LabelNameLengthLimit > 0 && Encoding.UTF8.GetByteCount(name) > job.LabelNameLengthLimit) return Over("bytes of a label's name", Encoding.UTF8.GetByteCount(name), "label_name_length_limit", job.LabelNameLengthLimit);
            if (job.LabelValueLengthLimit > 0 && Encoding.UTF8.GetByteCount(value) > job.LabelValueLengthLimit) return Over($"bytes of the label {name}", Encoding.UTF8.GetByteCount(value), "label_value_length_limit", job.LabelValueLengthLimit);
        }

        return null;

        string Over(string what, int found, string limit, int most) => string.Create(CultureInfo.InvariantCulture, $"{metric}: {found} {what} are more than {limit}, {most}");
    }
}
