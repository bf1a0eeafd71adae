using System.Diagnostics;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Embeds the texts of one valid request.</summary>
internal sealed class TextEmbedder(IModelPool<IEmbeddingModel> pool, IOptions<EmbedServiceOptions> options, TimeProvider clock)
{
    public async Task<EmbedAnswer> EmbedAsync(EmbedBody body, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var lane = body.Lane();
        using var lease = await pool.RentAsync(null, cancellationToken);
        var results = await lease.Model.EmbedAsync(
            body.AllTexts(), new EmbedOptions { Role = body.Role(), Lane = lane, Deadline = Deadline(lane) }, cancellationToken);

        var loaded = lease.Model.Model;
        return new EmbedAnswer(
            loaded.Id,
            loaded.Revision,
            loaded.Dimension,
            results.Count,
            Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3),
            [.. results.Select(result => new InputAnswer(result.Tokens, result.Truncated))],
            body.Text is null ? null : results[0].Vector,
            body.Text is null ? [.. results.Select(result => result.Vector)] : null);
    }

    private DateTimeOffset? Deadline(Lane lane) =>
        lane == Lane.Interactive && options.Value.InteractiveSeconds > 0
            ? clock.GetUtcNow().AddSeconds(options.Value.InteractiveSeconds)
            : null;
}
