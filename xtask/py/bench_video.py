"""The video side of `bench_peers.py`: imageio-ffmpeg, PyAV and ffmpeg itself."""

import os
import resource
import subprocess

import imageio.v2 as iio2
import imageio.v3 as iio


def make(folder, scale):
    """A moving pattern with a little noise: twenty seconds of it, and sixty frames."""
    for name, seconds in (("movie.mp4", max(1, 20 * scale)), ("clip.mp4", 2)):
        pattern = f"testsrc2=size=1920x1080:rate=30:duration={seconds},noise=alls=5:allf=t"
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", pattern]
        command += ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "60"]
        subprocess.run([*command, os.path.join(folder, name)], check=True)


def positions(count):
    """A hundred positions in no order, the same for everybody."""
    state, found = 12345, []
    for _ in range(100):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        found.append((state >> 33) % count)
    return found


def iterate(path, lib):
    if lib == "ffmpeg":
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24"]
        subprocess.run([*command, os.devnull], check=True)
        return None
    last = None
    if lib == "pyav":
        import av

        with av.open(path) as container:
            for frame in container.decode(video=0):
                last = frame.to_ndarray(format="rgb24")
    else:
        for frame in iio.imiter(path, plugin="FFMPEG"):
            last = frame
    return last


def random(path):
    with iio2.get_reader(path, format="FFMPEG") as reader:
        for position in positions(reader.count_frames()):
            last = reader.get_data(position)
    return last


def write(array, extension):
    # What we do without being asked, it does when it is.
    return iio.imwrite(
        "<bytes>", array, extension=extension, plugin="FFMPEG", codec="libx264", quality=5, pixelformat="yuv420p"
    )


def read(path):
    return iio.imread(path, plugin="FFMPEG")


def children_ns():
    """Processor time of processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return int((used.ru_utime + used.ru_stime) * 1e9)
