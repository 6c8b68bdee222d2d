using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class AlertingKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [AlertingDeliveryKind.Entry, AlertFireKind.Entry, MailReceiptKind.Entry];
}
