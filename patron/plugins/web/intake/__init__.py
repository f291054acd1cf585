"""
The receiver: `POST /intake/CONNECTION`. A request is authenticated, kept, and answered; it is read behind that.
"""
