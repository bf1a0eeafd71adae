using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace EmbedPlatform.ServiceDefaults.Http;

// A response body that cannot start after its deadline and, once started, is cancelled only by a disconnect. A cancelled write would reset
// the connection: the client would see a broken pipe instead of either the 504 or the response.
internal sealed class DeadlineResponseBody : IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _inner;
    private readonly ResponseDeadline _deadline;
    private readonly CancellationToken _disconnected;
    private readonly ResponseWriter _writer;

    public DeadlineResponseBody(IHttpResponseBodyFeature inner, ResponseDeadline deadline, CancellationToken disconnected)
    {
        (_inner, _deadline, _disconnected) = (inner, deadline, disconnected);
        _writer = new ResponseWriter(inner.Writer, deadline, disconnected);
        Stream = _writer.AsStream(leaveOpen: true);
    }

    public Stream Stream { get; }

    public PipeWriter Writer => _writer;

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _deadline.BeginResponse();
        return _inner.StartAsync(_disconnected);
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        _deadline.BeginResponse();
        return _inner.SendFileAsync(path, offset, count, _disconnected);
    }

    public Task CompleteAsync() => _inner.CompleteAsync();

    private sealed class ResponseWriter(PipeWriter inner, ResponseDeadline deadline, CancellationToken disconnected) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            deadline.BeginResponse();
            return inner.GetMemory(sizeHint);
        }

        public override Span<byte> GetSpan(int sizeHint = 0)
        {
            deadline.BeginResponse();
            return inner.GetSpan(sizeHint);
        }

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            deadline.BeginResponse();
            return inner.FlushAsync(disconnected);
        }

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            deadline.BeginResponse();
            return inner.WriteAsync(source, disconnected);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
